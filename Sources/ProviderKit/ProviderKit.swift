/// Temporary.
enum ProviderKitPlaceholder {}
