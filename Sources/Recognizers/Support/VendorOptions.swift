import Core
import ProviderKit

/// What is fixed about a vendor before its options are read.
struct Vendor: Sendable {
    /// Its address; a base URL replaces scheme, host and port.
    var url: String
    /// Where its key comes from; nil when it takes none.
    var keyVariable: String?
    /// Whether it may be used without a key (own servers).
    var keyIsOptional = false
    /// How long to wait for the final text of a turn, in milliseconds.
    var patienceMs = 4000
    /// Dollars for a minute of audio, where known.
    var pricePerMinute: Double?
}

/// The options that all recognisers share, read and checked: name, key, address, language, words to expect, patience, price.
struct VendorOptions: Sendable, Equatable {
    static let names = ["language", "keyterms", "final_timeout_ms", "price_per_minute"]
    static let options = [
        ProviderOption("language", "BCP 47 language of the speech", default: "the agent's language"),
        ProviderOption("keyterms", "list of words and names to expect"),
        ProviderOption("final_timeout_ms", "longest wait for the final text of a turn, 100 to 120000"),
        ProviderOption("price_per_minute", "US dollars for a minute of audio, for the cost shown"),
    ]

    /// The user's name for this part.
    var name: String
    var model: String?
    var key: Secret?
    var url: URLParts
    var language: String?
    var keyterms: [String]
    var patience: Duration
    var pricePerMinute: Double?
    let keyVariable: String?
    /// Masked in all text, also where it is not used.
    private let secret: Secret?

    /// Reads the shared options; throws a `ConfigurationError` that names the option and the fix.
    init(_ configuration: ProviderConfiguration, _ reader: OptionReader, _ vendor: Vendor) throws(ConfigurationError) {
        name = configuration.name
        keyVariable = vendor.keyVariable
        secret = configuration.key
        model = try Self.word(configuration.model, "model", reader)
        let own = try URLParts(parsing: vendor.url)
        url = configuration.baseURL.map { own.replacingOrigin(with: $0) } ?? own
        key = try Self.checkedKey(configuration, vendor)
        language = try Self.word(reader.text("language"), "language", reader)
        keyterms = try Self.words("keyterms", reader)
        patience = .milliseconds(try reader.int("final_timeout_ms", 100...120_000) ?? vendor.patienceMs)
        pricePerMinute = try reader.number("price_per_minute", 0...1000) ?? vendor.pricePerMinute
    }

    private static func checkedKey(
        _ configuration: ProviderConfiguration, _ vendor: Vendor
    ) throws(ConfigurationError) -> Secret? {
        guard let variable = vendor.keyVariable else { return nil }
        let place = "provider \"\(configuration.name)\""
        guard let key = configuration.key, !key.isEmpty else {
            guard configuration.baseURL == nil, !vendor.keyIsOptional else { return nil }
            throw ConfigurationError(
                place: place, cause: "there is no API key",
                fix: "set the environment variable \(variable) (export \(variable)=...)")
        }
        guard key.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ConfigurationError(
                place: place, cause: "the API key has a space or a character that no key has",
                fix: "copy the key again into \(variable)")
        }
        return key
    }

    /// A text that goes into a URL or header: no space or control character, not endless.
    static func word(_ text: String?, _ name: String, _ reader: OptionReader) throws(ConfigurationError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.count <= 256, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw reader.fault(
                name, "has a space or control character, or is too long", "write the vendor's name for it")
        }
        return text
    }

    /// A list of texts, or one text.
    static func words(_ name: String, _ reader: OptionReader) throws(ConfigurationError) -> [String] {
        if let one = reader.raw(name)?.string { return one.isEmpty ? [] : [one] }
        var all: [String] = []
        for item in try reader.list(name) {
            guard let text = item.value.string, !text.isEmpty, text.utf8.count <= 1000 else {
                throw reader.fault(name, "must be a list of words", "write [word, \"two words\"]")
            }
            all.append(text)
        }
        return all
    }

    /// A path on the vendor's host that the user may set: it begins with a slash.
    static func path(_ reader: OptionReader) throws(ConfigurationError) -> String? {
        guard let path = try word(reader.text("path"), "path", reader) else { return nil }
        guard path.hasPrefix("/"), !path.contains("#") else {
            throw reader.fault(
                "path", "\"\(path)\" is no path", "write it with a leading slash: /v1/audio/transcriptions")
        }
        return path
    }

    /// The language to ask for: the option before the conversation's.
    func language(_ context: PartContext) -> String? { language ?? context.language.flatMap { $0.isEmpty ? nil : $0 } }

    /// Words to expect: those of the options, then those of the conversation, each once.
    func keyterms(_ context: PartContext) -> [String] {
        var seen: Set<String> = []
        return (keyterms + context.keywords).filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    /// The header that carries the key, as `scheme key` or the key alone; none without a key.
    func authorization(_ header: String = "Authorization", scheme: String? = nil) -> [HeaderField] {
        guard let key else { return [] }
        let value = scheme.map { "\($0) \(key.reveal())" } ?? key.reveal()
        return [HeaderField(header, value, secret: true)]
    }

    /// Failures in this part's name.
    var failures: VendorFailure { VendorFailure(provider: name, url: url, key: secret, keyVariable: keyVariable) }

    /// What so much audio costs; nil when no price is known.
    func usage(seconds: Double) -> Usage? {
        pricePerMinute.map { Usage(provider: name, dollars: seconds / 60 * $0) }
    }
}

/// A BCP 47 tag in the forms that vendors take.
enum LanguageTag {
    /// The language without region, in small letters: `de-CH` is `de`.
    static func base(_ tag: String) -> String {
        (tag.split(whereSeparator: { $0 == "-" || $0 == "_" }).first.map(String.init) ?? tag).lowercased()
    }

    /// Language and region, `en_us` as `en-US`; a language alone gets its usual region.
    static func regional(_ tag: String) -> String {
        let parts = tag.split(whereSeparator: { $0 == "-" || $0 == "_" }).map(String.init)
        guard let first = parts.first?.lowercased() else { return tag }
        guard parts.count > 1 else { return usual[first] ?? "\(first)-\(first.uppercased())" }
        let rest = parts.dropFirst().map { $0.utf8.count == 2 ? $0.uppercased() : $0 }
        return ([first] + rest).joined(separator: "-")
    }

    private static let usual = [
        "en": "en-US", "zh": "zh-CN", "ja": "ja-JP", "ko": "ko-KR", "pt": "pt-BR", "hi": "hi-IN", "ar": "ar-EG",
        "cs": "cs-CZ", "da": "da-DK", "el": "el-GR", "he": "he-IL", "sv": "sv-SE", "uk": "uk-UA", "vi": "vi-VN",
        "nb": "nb-NO", "sl": "sl-SI", "et": "et-EE", "ca": "ca-ES", "fa": "fa-IR", "ms": "ms-MY", "ta": "ta-IN",
        "te": "te-IN", "bn": "bn-IN", "ur": "ur-PK",
    ]
}
