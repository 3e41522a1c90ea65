import Core
import Testing

@testable import Telephony

struct AudioSocketCallMachineTests {
    /// A machine that takes arrays, for one-line expectations.
    final class Driven {
        private var machine: AudioSocketCallMachine
        private let now: MonotonicTime

        init(_ machine: AudioSocketCallMachine, _ now: MonotonicTime) {
            self.machine = machine
            self.now = now
        }

        var oddFrames: Int { machine.oddFrames }

        func received(_ kind: AudioSocketKind, _ payload: [UInt8]) -> AudioSocketCallMachine.Action {
            machine.received(kind, payload.span, now)
        }

        func pending(_ header: AudioSocketParser.Header?) -> AudioSocketCallMachine.Action { machine.pending(header) }
        func skippedUnknown() -> AudioSocketCallMachine.Action { machine.skippedUnknown() }
        func tick(_ now: MonotonicTime) -> AudioSocketCallMachine.Action { machine.tick(now) }
        func hangUp(_ end: SessionEnd) -> AudioSocketCallMachine.Action { machine.hangUp(end) }
        func closed(_ closure: TCPClosure) -> AudioSocketCallMachine.Action { machine.closed(closure) }
    }

    static func uuid(_ bytes: [UInt8]) -> CallUUID? { CallUUID(bytes.span) }

    static let start = MonotonicTime(nanoseconds: 5_000_000_000)
    static let identity: [UInt8] = Array(1...16)

    static func machine() -> Driven { Driven(AudioSocketCallMachine(acceptedAt: start), start) }

    static func identified() -> Driven {
        let machine = machine()
        _ = machine.received(.identity, identity)
        return machine
    }

    static func talking() -> Driven {
        let machine = identified()
        _ = machine.received(.audio16k, [0, 0])
        return machine
    }

    @Test func aCallFromConnectToHangUp() throws {
        let machine = Self.machine()
        let uuid = try #require(Self.uuid(Self.identity))
        #expect(machine.received(.identity, Self.identity) == .identified(uuid))
        #expect(machine.received(.audio16k, [0, 0]) == .announce(.audio16k))
        #expect(machine.received(.audio16k, [0, 0]) == .audio(.audio16k))
        #expect(machine.received(.digit, [0x35]) == .digit("5"))
        let end = SessionEnd(by: .operator_, reason: "enough")
        #expect(machine.hangUp(end) == .hangUp(end))
        #expect(machine.received(.audio16k, [0, 0]) == .nothing)
        #expect(machine.hangUp(end) == .nothing)
        #expect(machine.closed(.local) == .ended(end))
        #expect(machine.closed(.local) == .nothing)
    }

    @Test(arguments: [
        (AudioSocketKind.identity, [UInt8](repeating: 1, count: 15), AudioSocketRefusal.badIdentity),
        (.identity, [UInt8](repeating: 1, count: 17), .badIdentity), (.identity, [], .badIdentity),
        (.identity, [UInt8](repeating: 0, count: 16), .nilIdentity), (.audio8k, [0, 0], .badIdentity),
        (.hangUp, [], .badIdentity), (.error, [1], .badIdentity), (.digit, [0x31], .badIdentity),
    ])
    func badIdentitiesAreRefused(kind: AudioSocketKind, payload: [UInt8], why: AudioSocketRefusal) {
        let machine = Self.machine()
        #expect(machine.received(kind, payload) == .refuse(why))
        #expect(machine.received(.identity, Self.identity) == .nothing)
    }

    @Test func aPeerThatIsNoAsteriskIsKnownFromItsFirstBytes() {
        let machine = Self.machine()
        #expect(machine.pending(nil) == .nothing)
        #expect(machine.pending(.init(kind: 1, length: nil)) == .nothing)
        #expect(machine.pending(.init(kind: 1, length: 16)) == .nothing)
        #expect(machine.pending(.init(kind: 1, length: 40000)) == .refuse(.badIdentity))
        let other = Self.machine()
        #expect(other.pending(.init(kind: 0x47, length: nil)) == .refuse(.badIdentity))
        let third = Self.machine()
        #expect(third.skippedUnknown() == .refuse(.badIdentity))
        let live = Self.talking()
        #expect(live.pending(.init(kind: 0x10, length: 9)) == .nothing)
        #expect(live.skippedUnknown() == .nothing)
    }

    @Test func identityMustComeInTwoSeconds() {
        let machine = Self.machine()
        #expect(machine.tick(Self.start + .milliseconds(1999)) == .nothing)
        #expect(machine.tick(Self.start + .seconds(2)) == .refuse(.noIdentity))
    }

    @Test func aSilentCallerIsAnnouncedAt8kAfter200Milliseconds() {
        let machine = Self.identified()
        #expect(machine.tick(Self.start + .milliseconds(199)) == .nothing)
        #expect(machine.tick(Self.start + .milliseconds(200)) == .announce(.audio8k))
        #expect(machine.tick(Self.start + .seconds(100)) == .nothing)
        #expect(machine.received(.audio16k, [0, 0]) == .audio(.audio16k))
    }

    @Test func emptyAudioShowsNothing() {
        let machine = Self.identified()
        #expect(machine.received(.audio16k, []) == .nothing)
        #expect(machine.received(.audio24k, [0, 0]) == .announce(.audio24k))
        #expect(machine.received(.audio24k, []) == .nothing)
    }

    @Test(arguments: [
        ("0", "0"), ("9", "9"), ("*", "*"), ("#", "#"), ("A", "A"), ("D", "D"), ("a", "A"), ("d", "D"),
    ])
    func digits(byte: Character, digit: Character) {
        let machine = Self.talking()
        #expect(machine.received(.digit, [byte.asciiValue ?? 0]) == .digit(digit))
    }

    @Test(arguments: [[], [0x31, 0x32], [0x78], [0xFF], [0x45], [0x3A]] as [[UInt8]])
    func badDigitsAreCounted(payload: [UInt8]) {
        let machine = Self.talking()
        #expect(machine.received(.digit, payload) == .nothing)
        #expect(machine.oddFrames == 1)
    }

    @Test func aSecondUUIDIsIgnored() {
        let machine = Self.talking()
        #expect(machine.received(.identity, [UInt8](repeating: 7, count: 16)) == .nothing)
        #expect(machine.oddFrames == 1)
    }

    @Test func hangUpFrameAndErrorFrameEndTheCall() {
        let machine = Self.talking()
        #expect(machine.received(.hangUp, []) == .hangUp(.init(by: .caller, reason: "caller hung up")))
        let other = Self.talking()
        let end = SessionEnd(by: .caller, reason: "far end reported error 0x2")
        #expect(other.received(.error, [2]) == .hangUp(end))
        #expect(other.closed(.reset) == .ended(end))
    }

    @Test(arguments: [TCPClosure.remote, .reset])
    func finAndResetAreANormalEnd(closure: TCPClosure) {
        let machine = Self.talking()
        #expect(machine.closed(closure) == .ended(SessionEnd(by: .caller, reason: "caller hung up")))
    }

    @Test func uuidAsText() throws {
        let bytes: [UInt8] = [
            0x40, 0x32, 0x5e, 0xc2, 0x5e, 0xfd, 0x4b, 0xd3, 0x80, 0x5f, 0x53, 0x57, 0x6e, 0x58, 0x1d, 0x13,
        ]
        #expect(try #require(Self.uuid(bytes)).description == "40325ec2-5efd-4bd3-805f-53576e581d13")
        #expect(try #require(Self.uuid([UInt8](repeating: 0, count: 16))).isNil)
        #expect(Self.uuid([UInt8](repeating: 0, count: 15)) == nil)
    }
}
