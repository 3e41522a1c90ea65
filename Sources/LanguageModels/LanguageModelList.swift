import ProviderKit

/// Every type of this kind of part; adding one is one line here.
public enum LanguageModelList {
    /// All types.
    public static let all: [ModelDescriptor] =
        [
            OpenAIChat.descriptor,
        ] + OpenAICompatible.descriptors
}
