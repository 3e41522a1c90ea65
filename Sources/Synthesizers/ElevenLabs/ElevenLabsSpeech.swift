import Core
import ProviderKit

/// The type `elevenlabs-tts`: over a multi-context socket, a socket a sentence, or HTTP.
enum ElevenLabsSpeech {
    static let descriptor = SynthesizerDescriptor(
        name: "elevenlabs-tts", title: "ElevenLabs", summary: "Text to speech of ElevenLabs, with times of words",
        keyVariables: ["ELEVENLABS_API_KEY"],
        models: ["eleven_flash_v2_5", "eleven_multilingual_v2", "eleven_turbo_v2_5"],
        voices: [ElevenLabsOptions.usualVoice], options: ElevenLabsOptions.list + SpeechSettings.options,
        capabilities: SynthesizerCapabilities(outputRate: 24_000, costTier: .high),
        make: { (configuration) throws(ConfigurationError) in try make(configuration) })

    private static func make(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> any Synthesizer {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(ElevenLabsOptions.list.map(\.name) + SpeechSettings.names)
        let options = try ElevenLabsOptions(configuration, reader)
        let settings = try SpeechSettings(
            configuration, reader, url: options.url, keyVariable: "ELEVENLABS_API_KEY", rate: options.rate,
            textBytes: 5000)
        let capabilities = SynthesizerCapabilities(
            outputRate: options.rate, encoding: options.encoding.rawValue, costTier: .high)
        switch options.transport {
        case .multi:
            return SocketSynthesizer(capabilities, settings, ElevenLabsDialect(options, settings.failures))
        case .streamInput: return ExchangeSynthesizer(capabilities, settings, socketVendor(options, settings))
        case .http: return ExchangeSynthesizer(capabilities, settings, httpVendor(options, settings))
        }
    }

    /// One socket, one utterance: settings, text, end.
    private static func socketVendor(_ options: ElevenLabsOptions, _ settings: SpeechSettings) -> SpeechVendor {
        SpeechVendor(
            endpoint: { _ in
                .webSocket(
                    WebSocketEndpoint(url: options.url, headers: options.headers, timeout: settings.firstAudio))
            },
            requests: { text in
                let messages: [JSONValue] = [
                    .object(options.opening), ["text": .string(text + " "), "flush": true], ["text": ""],
                ]
                return messages.map { (.text, $0.bytes) }
            }, reader: { ElevenLabsReader(options, settings.failures) })
    }

    private static func httpVendor(_ options: ElevenLabsOptions, _ settings: SpeechSettings) -> SpeechVendor {
        SpeechVendor(
            endpoint: { text in
                SpeechRequest.json(
                    options.url, options.headers, .object([.init("text", .string(text))] + options.fields),
                    timeout: settings.firstAudio)
            },
            reader: {
                guard options.hasTimestamps else {
                    return AudioBodyReader(options.encoding, rate: options.rate, outputRate: options.rate)
                }
                return ElevenLabsReader(options, settings.failures)
            })
    }
}
