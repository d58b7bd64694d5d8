"""Where answers are kept when several processes share them, and how word of a change gets from one to the others."""
