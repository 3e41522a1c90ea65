/// Temporary.
enum EmbeddedSpeechPlaceholder {}
