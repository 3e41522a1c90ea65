import Glibc
import Testing

@testable import Devices

@Suite struct ALSAErrorTests {
    @Test func anErrorNamesPlaceCauseAndFix() {
        let error = ALSAError(.open, device: "hw:1,0", code: -EBUSY)
        #expect(error.description == "cannot open hw:1,0: the device is busy")
        #expect(error.fix.contains("close it"))
        let detailed = ALSAError(.open, device: "default", code: ECONNREFUSED, detail: "PulseAudio: Unable to connect")
        #expect(detailed.cause == "the sound server does not answer (PulseAudio: Unable to connect)")
    }

    @Test func noCodeIsWithoutWords() {
        for code: Int32 in [0, 1, 9999, .max, .min] {
            for operation in ALSAError.Operation.allCases {
                let error = ALSAError(operation, device: "x", code: code)
                #expect(!error.description.isEmpty && !error.fix.isEmpty)
            }
        }
    }

    @Test func aDeviceThatIsNotThereSaysWhy() {
        ALSALibrary.prepare()
        do throws(ALSAError) {
            let handle = try PCMHandle(opening: "hw:7,7", .playback)
            Issue.record("opened \(handle.format)")
        } catch {
            #expect(error.operation == .open && error.code == ENOENT)
            #expect(error.description.contains("Cannot get card index for 7"))
        }
    }
}
