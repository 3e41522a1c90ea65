import ProviderKit

/// Every type of this kind of part; adding one is one line here.
public enum RecognizerList {
    /// All types.
    public static let all: [RecognizerDescriptor] = [
        Local.descriptor,
        DeepgramListen.descriptor,
        DeepgramFlux.descriptor,
        OpenAITranscription.descriptor,
        OpenAIRealtimeTranscription.descriptor,
        Speaches.descriptor,
        GoogleSpeech.descriptor,
        AzureSpeech.descriptor,
        ElevenLabsScribe.descriptor,
        AssemblyAI.descriptor,
        Soniox.descriptor,
        Vosk.descriptor,
        WhisperCpp.descriptor,
        CartesiaSpeechToText.descriptor,
        AVRSpeechToText.descriptor,
        WyomingSTT.descriptor,
    ]
}
