/// Temporary.
enum StudioPlaceholder {}
