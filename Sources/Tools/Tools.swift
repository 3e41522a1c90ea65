/// Temporary.
enum ToolsPlaceholder {}
