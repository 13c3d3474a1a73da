/** The icon of each channel, the same in the matrix and in the timeline. */
export const CHANNEL_ICONS = {
    visit: "fa-handshake-o",
    post: "fa-envelope-open-o",
    phone: "fa-phone",
    email: "fa-at",
    web: "fa-globe",
    ecommerce: "fa-shopping-cart",
    social: "fa-share-alt",
    event: "fa-calendar-o",
    other: "fa-question-circle-o",
};
