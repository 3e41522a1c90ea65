/// The SSML document of a sentence; everything from outside is escaped.
struct AzureSSML: Sendable, Equatable {
    var language: String
    var voice: String
    var style: String?
    var styleDegree: Double?
    var role: String?
    var rate: String?
    var pitch: String?
    var volume: String?

    /// The document that says `text`.
    func document(_ text: String) -> String {
        var inner = Self.escape(text)
        let prosody = attributes([("rate", rate), ("pitch", pitch), ("volume", volume)])
        if !prosody.isEmpty { inner = "<prosody\(prosody)>\(inner)</prosody>" }
        let express = attributes([
            ("style", style), ("styledegree", styleDegree.map { String($0) }), ("role", role),
        ])
        if !express.isEmpty { inner = "<mstts:express-as\(express)>\(inner)</mstts:express-as>" }
        return "<speak version=\"1.0\" xmlns=\"http://www.w3.org/2001/10/synthesis\""
            + " xmlns:mstts=\"https://www.w3.org/2001/mstts\" xml:lang=\"\(Self.escape(language))\">"
            + "<voice name=\"\(Self.escape(voice))\">\(inner)</voice></speak>"
    }

    private func attributes(_ pairs: [(String, String?)]) -> String {
        pairs.map { name, value in value.map { " \(name)=\"\(Self.escape($0))\"" } ?? "" }.joined()
    }

    /// Text for XML content and attributes; characters that XML 1.0 does not know go.
    static func escape(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&apos;"
            case "\t", "\n", "\r": out += " "
            default:
                if scalar.value >= 0x20, scalar.value != 0xFFFE, scalar.value != 0xFFFF {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out
    }
}
