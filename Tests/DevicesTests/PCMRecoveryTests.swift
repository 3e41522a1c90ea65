import Glibc
import Testing

@testable import Devices

@Suite struct PCMRecoveryTests {
    @Test(arguments: [
        (EAGAIN, PCMRecovery.Action.wait), (EINTR, .wait), (EPIPE, .prepare), (ESTRPIPE, .resume),
        (ENODEV, .giveUp(ENODEV)), (EIO, .giveUp(EIO)), (EBADFD, .giveUp(EBADFD)),
        (ECONNREFUSED, .giveUp(ECONNREFUSED)),
    ])
    func eachAnswerHasItsAction(_ row: (Int32, PCMRecovery.Action)) {
        var recovery = PCMRecovery()
        #expect(recovery.failed(-Int(row.0)) == row.1)
        #expect(recovery.xruns == (row.0 == EPIPE ? 1 : 0))
    }

    @Test func aDisconnectedDeviceIsGoneWhateverItSays() {
        var recovery = PCMRecovery()
        #expect(recovery.failed(-Int(EPIPE), gone: true) == .giveUp(ENODEV))
    }

    @Test func endlessXrunsEndButGoodPeriodsForgive() {
        var recovery = PCMRecovery()
        for _ in 0..<PCMRecovery.patience { #expect(recovery.failed(-Int(EPIPE)) == .prepare) }
        recovery.moved()
        for _ in 0..<PCMRecovery.patience { #expect(recovery.failed(-Int(EPIPE)) == .prepare) }
        #expect(recovery.failed(-Int(EPIPE)) == .giveUp(EPIPE))
        #expect(recovery.xruns == 2 * PCMRecovery.patience + 1)
    }
}
