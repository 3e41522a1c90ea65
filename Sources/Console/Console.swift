/// Temporary.
enum ConsolePlaceholder {}
