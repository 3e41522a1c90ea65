/// Temporary.
enum TelephonyPlaceholder {}
