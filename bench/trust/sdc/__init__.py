"""Published tables attacked: what is hidden stays hidden, over all releases together."""
