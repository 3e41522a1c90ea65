/// Temporary.
enum AudioKitPlaceholder {}
