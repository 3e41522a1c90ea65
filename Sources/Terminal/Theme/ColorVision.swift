/// Kinds of colour vision, simulated in linear light (Machado, Oliveira and Fernandes 2009, full severity).
enum ColorVision: CaseIterable {
    case normal, protanopia, deuteranopia, tritanopia

    private var matrix: [[Double]] {
        switch self {
        case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        case .protanopia: [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]
        case .deuteranopia: [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]
        case .tritanopia: [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]
        }
    }

    /// The colour as these eyes see it.
    func seen(_ colour: RGB) -> RGB {
        let light = colour.linear
        let channels = matrix.map { row in
            Self.encode(row[0] * light.red + row[1] * light.green + row[2] * light.blue)
        }
        return RGB(channels[0], channels[1], channels[2])
    }

    private static func encode(_ linear: Double) -> UInt8 {
        let light = linear.clamped
        let part = light <= 0.003_130_8 ? light * 12.92 : 1.055 * Power.of(light, 1 / 2.4) - 0.055
        return UInt8((part.clamped * 255).rounded())
    }
}
