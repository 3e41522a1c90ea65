/// Temporary.
enum NetworkPlaceholder {}
