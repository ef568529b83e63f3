import "api.libsonnet"
