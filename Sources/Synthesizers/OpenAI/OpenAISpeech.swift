import Core
import ProviderKit

/// The type `openai-speech`: one request a sentence, PCM16 at 24 kHz streamed back (wire reference agents 9, telephony 6.1).
enum OpenAISpeech {
    static let rate = 24_000
    static let descriptor = SynthesizerDescriptor(
        name: "openai-speech", title: "OpenAI speech", summary: "Text to speech of OpenAI over HTTP",
        keyVariables: ["OPENAI_API_KEY"], models: ["gpt-4o-mini-tts", "tts-1", "tts-1-hd"],
        voices: [
            "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer",
            "verse",
        ],
        options: [
            ProviderOption("instructions", "how to speak, in words (not with tts-1)"),
            ProviderOption("speed", "0.25 to 4", default: "1"),
        ] + SpeechSettings.options,
        capabilities: SynthesizerCapabilities(outputRate: rate),
        make: { (configuration) throws(ConfigurationError) in try make(configuration) })

    /// Longest `input` in characters; bytes are counted, which is never more.
    static let longest = 4096

    private static func make(_ configuration: ProviderConfiguration) throws(ConfigurationError) -> any Synthesizer {
        let reader = OptionReader(configuration)
        try reader.refuseUnknown(["instructions", "speed"] + SpeechSettings.names)
        let url = try SpeechRequest.url("https://api.openai.com/v1/audio/speech", configuration.baseURL)
        let settings = try SpeechSettings(
            configuration, reader, url: url, keyVariable: "OPENAI_API_KEY", rate: rate, textBytes: longest)
        let key = try SpeechSettings.key(configuration, "OPENAI_API_KEY")
        let model = try SpeechSettings.word(configuration.model, "model", reader) ?? "gpt-4o-mini-tts"
        let voice = try SpeechSettings.word(configuration.voice, "voice", reader) ?? "marin"
        let instructions = try reader.text("instructions")
        if instructions != nil, model.hasPrefix("tts-1") {
            throw reader.fault("instructions", "\(model) takes none", "remove it or take another model")
        }
        var body: [JSONValue.Member] = [
            .init("model", .string(model)), .init("voice", .string(voice)), .init("response_format", "pcm"),
        ]
        if let instructions { body.append(.init("instructions", .string(instructions))) }
        if let speed = try reader.number("speed", 0.25...4) { body.append(.init("speed", .double(speed))) }
        let headers = SpeechRequest.secret("Authorization", key, prefix: "Bearer ")
        let (fields, timeout) = (body, settings.firstAudio)
        return ExchangeSynthesizer(
            descriptor.capabilities, settings,
            SpeechVendor(
                endpoint: { text in
                    let all = JSONValue.object(fields + [.init("input", .string(text))])
                    return SpeechRequest.json(url, headers, all, timeout: timeout)
                }, reader: { AudioBodyReader(.pcm16, rate: rate, outputRate: rate) }))
    }
}
