import ProviderKit

/// Every type of this kind of part; adding one is one line here.
public enum SynthesizerList {
    /// All types.
    public static let all: [SynthesizerDescriptor] = [
        Local.descriptor,
        DeepgramSpeak.descriptor,
        ElevenLabsSpeech.descriptor,
        CartesiaSpeech.descriptor,
        OpenAISpeech.descriptor,
        OpenAICompatibleSpeech.descriptor,
        GoogleSpeech.descriptor,
        AzureSpeech.descriptor,
        AVRSpeech.descriptor,
        WyomingSpeech.descriptor,
    ]
}
