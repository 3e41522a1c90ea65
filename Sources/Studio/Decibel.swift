import Glibc

/// The logarithm to base 10 (a file of its own: Glibc exports many short names).
func decimalLogarithm(_ value: Double) -> Double { log10(value) }
