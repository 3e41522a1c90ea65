import Testing

@testable import Providers

@Suite struct ResponseGateTests {
    @Test func asksOnceAndWaits() {
        var gate = ResponseGate()
        gate.want(.answer)
        gate.want(.answer)
        gate.want(.say("x"))
        let asked = [gate.next()?.want, gate.next()?.want]
        #expect(asked == [.answer, nil] && gate.isBusy)
        gate.created("r")
        #expect(gate.activeID == "r")
        let ends = [gate.done("other"), gate.done("r"), gate.done("r")]
        #expect(ends == [.unannounced, .current, .repeated])
        let then = [gate.next()?.want, gate.next()?.want]
        #expect(then == [.say("x"), nil])
    }

    @Test func refusals() {
        var gate = ResponseGate()
        gate.want(.answer)
        let id = gate.next()?.eventID
        let wasOurs = [gate.refused(eventID: nil), gate.refused(eventID: id), gate.refused(eventID: id)]
        #expect(wasOurs == [false, true, false] && !gate.isBusy)
        gate.want(.say("a"))
        let first = gate.next()?.want
        gate.refusedAsBusy()
        let whileBusy = gate.next()?.want
        let end = gate.done("any")
        let again = gate.next()?.want
        #expect(first == .say("a") && whileBusy == nil && end == .current && again == .say("a"))
    }

    @Test func expectation() {
        var gate = ResponseGate()
        gate.expect()
        gate.want(.answer)
        gate.want(.say("a"))
        let whileExpected = gate.next()?.want
        gate.created("r")
        #expect(whileExpected == nil && gate.queue == [.say("a")])
        let whileActive = gate.giveUpWaiting()
        _ = gate.done("r")
        gate.expect()
        let whileWaiting = gate.giveUpWaiting()
        #expect(!whileActive && whileWaiting && !gate.isBusy)
        gate.dropSpeeches()
        #expect(gate.queue.isEmpty)
    }

    @Test func queueIsBounded() {
        var gate = ResponseGate()
        for n in 0..<100 { gate.want(.say("\(n)")) }
        #expect(gate.queue.count == ResponseGate.capacity && gate.queue.last == .say("99"))
    }
}
