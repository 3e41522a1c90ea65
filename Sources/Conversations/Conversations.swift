/// Temporary.
enum ConversationsPlaceholder {}
