{size: 2}
