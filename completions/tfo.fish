complete --keep-order --exclusive --command tfo --arguments "(TFO_COMPLETE=fish tfo -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
