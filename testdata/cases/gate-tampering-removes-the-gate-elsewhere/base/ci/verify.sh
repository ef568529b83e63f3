exec ./bin/gate check
