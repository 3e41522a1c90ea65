/// Temporary.
enum CorePlaceholder {}
