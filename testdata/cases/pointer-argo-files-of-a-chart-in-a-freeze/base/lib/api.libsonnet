{size: 1}
