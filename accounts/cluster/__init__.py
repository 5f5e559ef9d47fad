"""A Redis Cluster, for what is asked for by key: the streams of turns and the cache.

redis-py's own clients wait for the node that died, all callers together, before they ask anybody else; so who leads
which slot is kept here, and each node has clients of its own.
"""
