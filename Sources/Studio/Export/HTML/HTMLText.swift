import Recording

/// Text from outside in HTML: the only way in which it gets there.
enum HTMLText {
    /// For content and for quoted attributes alike. Control and direction characters are gone, so nothing reorders what stands
    /// around it; the element that holds it carries `dir="auto"`.
    static func escaped(_ outside: String) -> String {
        var out = ""
        for scalar in TranscriptVTT.plain(outside).unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "`": out += "&#96;"
            // The Arabic letter mark, characters without width, the byte order mark.
            case "\u{61C}", "\u{200B}"..."\u{200D}", "\u{2060}"..."\u{2064}", "\u{FEFF}": continue
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// As a piece of text of its own direction.
    static func isolated(_ outside: String) -> String { "<bdi>\(escaped(outside))</bdi>" }
}
