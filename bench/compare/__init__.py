"""Other full-text indexes beside ours, on the same documents, the same tokens and the same query terms.

``texts`` writes what all of them get, each module but that knows one contestant, ``one`` runs one of them in a
process of its own.
"""
