import Core

/// A `multipart/form-data` body (RFC 7578): fields, then files.
struct MultipartForm {
    private let boundary: String
    private var bytes: [UInt8] = []

    /// An empty form. Fixed words make the boundary, so that a request can be compared with a golden; the samples of a
    /// recording do not spell them.
    init(boundary: String = "sidetone-form-7d4a1c93e2b85f06") { self.boundary = boundary }

    /// The value of `Content-Type`.
    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// The body with its end.
    var body: [UInt8] { bytes + "--\(boundary)--\r\n".utf8 }

    /// Adds a field; nothing when there is no value.
    mutating func field(_ name: String, _ value: String?) {
        guard let value else { return }
        begin("Content-Disposition: form-data; name=\"\(Self.quoted(name))\"")
        bytes += value.utf8
        bytes += "\r\n".utf8
    }

    /// Adds a file.
    mutating func file(_ name: String, filename: String, type: String, _ content: [UInt8]) {
        begin(
            "Content-Disposition: form-data; name=\"\(Self.quoted(name))\"; filename=\"\(Self.quoted(filename))\"\r\n"
                + "Content-Type: \(type)")
        bytes += content
        bytes += "\r\n".utf8
    }

    private mutating func begin(_ headers: String) { bytes += "--\(boundary)\r\n\(headers)\r\n\r\n".utf8 }

    /// Browsers' escapes: a quote or line end cannot leave the header.
    private static func quoted(_ text: String) -> String {
        text.reduce(into: "") { out, character in
            switch character {
            case "\"": out += "%22"
            case "\r": out += "%0D"
            case "\n": out += "%0A"
            case "\r\n": out += "%0D%0A"
            default: out.append(character)
            }
        }
    }
}
