/// Temporary.
enum TerminalPlaceholder {}
