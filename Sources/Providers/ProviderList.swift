import ProviderKit

/// Every provider type of this program; adding one is one line here.
public enum ProviderList {
    /// All types, the default first.
    public static let all: [ProviderDescriptor] = [
        Local.descriptor,
        OpenAIRealtime.descriptor,
        OpenAILive.descriptor,
        AzureOpenAIRealtime.descriptor,
        AzureVoiceLive.descriptor,
        XAIVoice.descriptor,
        DeepgramAgent.descriptor,
        GeminiLive.descriptor,
        GeminiLiveVertex.descriptor,
        Mock.descriptor,
    ]
}
