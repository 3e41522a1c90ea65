/// Temporary.
enum DevicesPlaceholder {}
