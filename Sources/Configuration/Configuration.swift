/// Temporary.
enum ConfigurationPlaceholder {}
