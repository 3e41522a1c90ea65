/// Temporary.
enum ServicePlaceholder {}
