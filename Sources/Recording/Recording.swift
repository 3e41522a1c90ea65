/// Temporary.
enum RecordingPlaceholder {}
