mod pushed;
mod request;
mod response;
