pub unsafe trait Plain: Copy { //~ ZS801
    const WIDTH: u32;
}

unsafe impl Plain for u32 { //~ ZS801
    const WIDTH: u32 = 4;
}

pub fn width<T: Plain>(rows: &[T]) -> u32 {
    T::WIDTH * rows.len() as u32
}
