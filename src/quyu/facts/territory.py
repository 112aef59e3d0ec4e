"""What every national map draws: how many units, which without figures, in which projection."""

UNITS, DASHES = 34, 10
# Taiwan, Hong Kong, Macao: on every national map, without figures of their own in any index.
DRAWN_ONLY = ("710000", "810000", "820000")
# Equal areas; distances between provinces are right to a few per cent.
ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +ellps=GRS80 +units=m"
