"""Maps: draws any value by province, on paper or in a page that opens offline."""
