import Core
import ProviderKit

/// The type `avr-llm`.
enum AVRModel {
    private static let left = [
        "temperature", "top_p", "max_tokens", "stop", "tool_choice", "parallel_tool_calls", "reasoning_effort",
        "prices",
    ]
    private static let capabilities = ModelCapabilities(tools: false)

    static let descriptor = ModelDescriptor(
        name: "avr-llm", title: "AVR language model adapter",
        summary: "Any avr-llm adapter of Agent Voice Response, unmodified",
        options: ModelOptions.listed.filter { !left.contains($0.name) } + [
            ProviderOption("uuid", "UUID of the call that the adapter is told", default: "a new one"),
            ProviderOption(
                "variant", "messages, or message for the adapter of OpenAI's assistants", default: "messages"),
        ],
        capabilities: capabilities,
        make: { (configuration) throws(ConfigurationError) in
            let reader = OptionReader(configuration)
            guard configuration.baseURL != nil else {
                throw ConfigurationError(
                    place: "provider \"\(configuration.name)\"", cause: "the adapter's address is not given",
                    fix: "write base_url: http://HOST:PORT")
            }
            var options = try ModelOptions(
                configuration, known: ["uuid", "variant"], without: left, defaultModel: "adapter", keyVariables: [])
            options.url = try ModelOptions.address(
                "http://localhost:6002", "/prompt-stream", base: configuration.baseURL)
            let variant = try reader.text("variant", oneOf: ["messages", "message"])
            let given = try reader.text("uuid")
            if let given, !isUUID(given) {
                throw reader.fault("uuid", "\"\(given.prefix(60))\" is no UUID", "write 8-4-4-4-12 hexadecimal digits")
            }
            let dialect = AVRDialect(options, uuid: given ?? makeUUID(), sendsMessage: variant == "message")
            return StreamedModel(dialect, capabilities)
        })

    static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }

    /// A random UUID (version 4).
    static func makeUUID() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef")
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }
}
