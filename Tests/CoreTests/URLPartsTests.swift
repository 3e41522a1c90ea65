import Core
import Testing

@Suite struct URLPartsTests {
    @Test func partsOfAFullURL() throws {
        let url = try URLParts(parsing: "wss://api.example.com/v1/realtime?model=x#frag")
        #expect(url.host == "api.example.com" && url.port == 443 && url.target == "/v1/realtime?model=x")
        #expect(url.description == "wss://api.example.com/v1/realtime?model=x")
    }

    @Test func originIsReplacedPathStays() throws {
        let url = try URLParts(parsing: "wss://api.example.com/v1/realtime?model=x")
        let local = url.replacingOrigin(with: try URLParts(parsing: "http://127.0.0.1:8765/other"))
        #expect(local.description == "ws://127.0.0.1:8765/v1/realtime?model=x")
        let v6 = try URLParts(parsing: "http://[::1]:80/")
        #expect(v6.host == "::1" && v6.authority == "[::1]")
    }

    @Test(arguments: ["", "example.com", "ftp://x/", "ws://", "ws://a:0/", "ws://a:99999/", "ws://u:p@h/", "ws://a b/"])
    func refuses(_ text: String) {
        #expect(throws: ConfigurationError.self) { try URLParts(parsing: text) }
    }

    @Test func queryIsEncoded() throws {
        var url = try URLParts(parsing: "https://h/p")
        url.addQuery("a b", "é&=")
        #expect(url.query == "a%20b=%C3%A9%26%3D")
    }

    @Test func secretsPrintAsStars() {
        let key = Secret(" sk-abc\n")
        #expect("\(key)" == "***" && key.reveal() == "sk-abc")
        #expect(String(reflecting: key) == "***")
    }

    @Test func addresses() throws {
        #expect(try SocketAddress(parsing: "[::1]:80") == SocketAddress(host: "::1", port: 80))
        #expect(try SocketAddress(parsing: ":9092").host == "127.0.0.1")
        #expect(throws: ConfigurationError.self) { try SocketAddress(parsing: "localhost") }
        #expect(throws: ConfigurationError.self) { try SocketAddress(parsing: "::1:80") }
    }
}
