import Core
import Glibc
import Network
import TestKit
import Testing

extension NetworkTests {
    /// 10,000 broken frames each way. A frame that breaks the protocol ends its connection, so each connection gets a few.
    @Suite struct WebSocketGarbageTests {
        private static let frames = 20

        @Test func aClientSurvivesBrokenFrames() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let seeds: [[UInt8]] = [
                [0x81, 5] + Array("Hello".utf8), [0x82, 3, 1, 2, 255], [0x01, 2, 0xC3, 0xA9], [0x80, 1, 65],
                [0x82, 126, 0, 130] + [UInt8](repeating: 7, count: 130), [0x89, 2, 1, 2], [0x8A, 0],
                [0x88, 5, 0x03, 0xE8] + Array("bye".utf8), [0x82, 127, 0, 0, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4],
            ]
            var mutator = MessageMutator(seeds: seeds, seed: 41)
            for _ in 0..<(10_000 / Self.frames) {
                let server = try FrameServer()
                let client = LinkRecorder()
                let link = try server.connect(fixture, client)
                for _ in 0..<Self.frames { server.send(raw: mutator.next()) }
                server.close()
                #expect(try fixture.eventually { client.closures.count == 1 })
                #expect(try fixture.engine { client.closures.count == 1 && client.openings.count == 1 })
                #expect(try fixture.engine { client.body.count } < 1 << 20)
                _ = link
            }
        }

        @Test func aServerSurvivesBrokenFrames() throws {
            let fixture = try LoopFixture()
            defer { fixture.finish() }
            let service = EchoService()
            let port = try fixture.serve(service)
            let mask: [UInt8] = [1, 2, 3, 4]
            let seeds: [[UInt8]] = [
                [0x81, 0x85] + mask + zip(Array("Hello".utf8), mask + [1]).map { $0 ^ $1 },
                [0x82, 0x83] + mask + [9, 9, 9],
                [0x01, 0x81] + mask + [0x40], [0x80, 0x81] + mask + [0x41], [0x89, 0x80] + mask, [0x8A, 0x80] + mask,
                [0x82, 0xFE, 0, 130] + mask + [UInt8](repeating: 7, count: 130), [0x88, 0x82] + mask + [0x02, 0xEA],
            ]
            var mutator = MessageMutator(seeds: seeds, seed: 42)
            for _ in 0..<(10_000 / Self.frames) {
                let peer = try RawSocket(connectedTo: SocketAddress(host: "127.0.0.1", port: port))
                peer.write(
                    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                #expect(peer.readHead().contains("101"))
                for _ in 0..<Self.frames { peer.write(mutator.next()) }
                peer.close()
            }
            #expect(try fixture.eventually { service.closures.count == 10_000 / Self.frames })
            #expect(try fixture.engine { service.peers.count == 10_000 / Self.frames })
            #expect(try fixture.engine { service.messages.allSatisfy { $0.bytes.count < 1 << 20 } })
            let last = try RawSocket(connectedTo: SocketAddress(host: "127.0.0.1", port: port))
            last.write("GET /alive HTTP/1.0\r\n\r\n")
            #expect(last.readAll().suffix(6) == ArraySlice("/alive".utf8))
            last.close()
        }
    }
}
