"""What every route shares: the edge, bodies, queries, compression, negotiation."""
