import ProviderKit

/// Every type of this kind of part; adding one is one line here.
public enum LanguageModelList {
    /// All types.
    public static let all: [ModelDescriptor] =
        [
            Scripted.descriptor,
            OpenAIChat.descriptor,
            OpenAIResponses.descriptor,
            Anthropic.descriptor,
            Gemini.descriptor,
            AVRModel.descriptor,
        ] + OpenAICompatible.descriptors
}
