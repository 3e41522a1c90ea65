import Core
import ProviderKit

/// The type `avr-tts`: an adapter of Agent Voice Response, `POST /text-to-speech-stream`, raw PCM16 at 8 kHz (systems b.5.5).
enum AVRSpeech {
    static let rate = 8000
    static let descriptor = SynthesizerDescriptor(
        name: "avr-tts", title: "AVR synthesiser", summary: "A text-to-speech adapter of Agent Voice Response",
        keyVariables: ["AVR_TTS_KEY"], keyIsOptional: true, options: SpeechSettings.options,
        capabilities: SynthesizerCapabilities(outputRate: rate, costTier: .low),
        make: { (configuration) throws(ConfigurationError) in try make(configuration) })

    private static func make(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> any Synthesizer {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(SpeechSettings.names)
        var address = try SpeechRequest.base(configuration, "http://127.0.0.1:6012")
        if address.path == "/" { address.path = "/text-to-speech-stream" }
        let url = address
        let settings = try SpeechSettings(
            configuration, reader, url: url, keyVariable: "AVR_TTS_KEY", rate: rate, textBytes: 4096)
        let key = try SpeechSettings.key(configuration, "AVR_TTS_KEY", isNeeded: false)
        let headers = SpeechRequest.secret("Authorization", key, prefix: "Bearer ")
        let timeout = settings.firstAudio
        return ExchangeSynthesizer(
            descriptor.capabilities, settings,
            SpeechVendor(
                endpoint: { SpeechRequest.json(url, headers, ["text": .string($0)], timeout: timeout) },
                reader: { AudioBodyReader(.pcm16, rate: rate, outputRate: rate) }))
    }
}
