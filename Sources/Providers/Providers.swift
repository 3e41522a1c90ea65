/// Temporary.
enum ProvidersPlaceholder {}
