"""
IPFS: content identifiers, blocks, and the stores that keep them.

    cid        content identifiers, text and binary
    dagpb      the dag-pb node, as bytes
    unixfs     files and directories become blocks
    tree       blocks become files and directories again
    car        a whole DAG as one CARv1 stream
    store      the seam every store stands behind
    embedded   a folder                     kubo       a Kubo daemon
    mirrored   a folder and its mirrors     gateway    what an auditor reads from
    replica    the seam of a place for a copy
    pinning_service, car_upload             places that take content and give no blocks back
    remote     how those are talked to      collecting deletes what no pin needs
    sealed_file, sealed_keys                private evidence: ciphertext, and the keys to it
    evidence   the verbs: add, read, export, import

Start with `resonance_dao.evidence.evidence` to add and read, and with `resonance_dao.evidence.store` to keep
blocks somewhere new.
"""
