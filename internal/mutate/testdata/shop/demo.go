package shop

const shown = 7
