// What a page hands out: a file, and the cells of a CSV.
function save(blob, file) {
  const link = make('a');
  link.href = URL.createObjectURL(blob);
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// A text that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers.
function field(content) {
  if (content === null || content === undefined) return '';
  const text = typeof content === 'string' && /^[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]*[=+\-@\t\r＝＋－＠]/.test(content) ? `'${content}` : String(content);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
